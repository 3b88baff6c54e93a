"""Which files the file choosers of the page show: by type, and by suffix for systems that do not know some types.

What a file really holds is found out on the server.
"""

SUFFIXES = (
    *("heic", "heif", "hif", "avif", "webp", "jxl", "tif", "tiff"),
    *("bmp", "gif", "ico", "png", "jpg", "jpeg", "jfif"),
)
ACCEPT = ",".join(["image/*", *(f".{suffix}" for suffix in SUFFIXES)])
