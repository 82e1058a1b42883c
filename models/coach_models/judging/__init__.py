"""The product's feedback beside what readers of the same dialogues wrote down."""
