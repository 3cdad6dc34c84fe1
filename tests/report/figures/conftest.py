import pytest

from hrtem_transfer.results import Tables, load
from tests.report.figures.studies import astigmatism_study


@pytest.fixture(scope="session")
def astigmatism(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """Tables of a study with an axis that no code knows, and networks from scratch."""
    folder = tmp_path_factory.mktemp("astigmatism")
    astigmatism_study(folder)
    return load(folder / "results" / "astigmatism")
