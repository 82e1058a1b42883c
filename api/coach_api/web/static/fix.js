// Corrects labels where they stand. Without this script each label leads to a page with forms.
