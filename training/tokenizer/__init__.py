"""The tokenizer of the model pack: Stanza's model, trained with our data preparation, augmentation and schedule."""
