"""The one `Teaching` of a service, for all doors."""

from page.service import Service
from page.teaching.teaching import Teaching


def teaching_of(service: Service) -> Teaching:
    """That of a service, made when it is first asked for: before the page is served."""
    if service.teaching is None:
        service.teaching = Teaching(service)
    return service.teaching
