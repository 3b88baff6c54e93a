"""What a request costs is told here, from wherever its work is done."""

from models.work import charge, go_on

__all__ = ["charge", "go_on"]
