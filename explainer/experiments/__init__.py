"""What a visitor may try, by the page's own names, with what each alone needs beside it."""
