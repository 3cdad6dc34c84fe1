"""Tables of the study: collected from the runs, checked, summarised, and read again."""

from hrtem_transfer.results.collecting import collect
from hrtem_transfer.results.loading import Tables, load
from hrtem_transfer.results.summary import SeriesSummary, Summary, summarise

__all__ = ["SeriesSummary", "Summary", "Tables", "collect", "load", "summarise"]
