from tests.cast import cast, opened

__all__ = ["cast", "opened"]
