from tests.hub.fixtures import hub, make_hub, name, shared

__all__ = ["hub", "make_hub", "name", "shared"]
