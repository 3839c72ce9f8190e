import subprocess
import sys


def test_qt_does_not_read_the_source_of_what_is_imported_later():
    """It would keep the text of some 600 modules, and imports would take twice as long."""
    code = (
        "import linecache, ui.main_window, envoy_app.services.workspace;"
        "print([name for name in linecache.cache if 'sqlalchemy/' in name or 'envoy_app/' in name])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
