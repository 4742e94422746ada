"""The watch: do searches still have the distribution that the model was fitted on?"""
