"""The page: everything that visitors and programs meet, and the only folder that imports Gradio."""
