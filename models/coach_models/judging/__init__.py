"""The comparison of the product's feedback with what readers of the same dialogues wrote down."""
