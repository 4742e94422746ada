"""The watch: monitors whether searches still have the distribution that the model
was fitted on.
"""
