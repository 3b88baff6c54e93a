"""Which files the choosers of the page show. Systems differ in what they know by its kind, so suffixes are named too.

What a file really is, the server finds out.
"""

SUFFIXES = (
    *("heic", "heif", "hif", "avif", "webp", "jxl", "tif", "tiff"),
    *("bmp", "gif", "ico", "png", "jpg", "jpeg", "jfif"),
)
ACCEPT = ",".join(["image/*", *(f".{suffix}" for suffix in SUFFIXES)])
