"""Is a picture like what a model learned, or outside its world?"""
