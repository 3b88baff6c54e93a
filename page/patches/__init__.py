"""Every place where Gradio is bent. Each has a name, a reason, and a check that it is still the place."""
