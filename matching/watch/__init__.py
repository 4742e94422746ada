"""The watch on the law: whether searches still follow the law that the model was fitted on."""
