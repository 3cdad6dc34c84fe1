import io

from hrtem_transfer.jobs.run_progress import RunProgress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_each_line_says_how_long_it_still_takes():
    lines, clock = [], Clock()
    progress = RunProgress(400, lines.append, io.StringIO(), clock)
    clock.now = 10
    progress.advance(100, "epoch 1")
    clock.now = 20
    progress.advance(100, "epoch 2")
    assert lines == ["epoch 1, 0:00:30 left", "epoch 2, 0:00:20 left"]


def test_what_needs_no_training_does_not_count_as_speed():
    lines, clock = [], Clock()
    progress = RunProgress(400, lines.append, io.StringIO(), clock)
    progress.skip(200)
    clock.now = 10
    progress.advance(100, "epoch 1")
    assert lines == ["epoch 1, 0:00:10 left"]


def test_there_is_a_bar_on_a_terminal_only():
    terminal, plain = Terminal(), io.StringIO()
    for where in (terminal, plain):
        progress = RunProgress(200, lambda line: None, where)
        progress.advance(100, "epoch 1")
        progress.close()
    assert "[###############...............]  50%" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[K")
    assert plain.getvalue() == ""
