"""`python -m page.patches`: the table of docs/patches.md, and the first patch that does not fit."""

from page.patches.document import table
from page.patches.table import check

if __name__ == "__main__":
    print(table())
    check()
