from storage import inside


def refused(name: str) -> bool:
    try:
        inside("/srv/data", name)
    except PermissionError:
        return True
    return False


def test_a_file_of_the_user() -> None:
    assert inside("/srv/data", "notes/tea.txt") == "/srv/data/notes/tea.txt"


def test_the_way_out_is_refused() -> None:
    assert refused("../keys")
    assert refused("notes/../../keys")
    assert refused("/etc/passwd")


def test_hidden_files_are_refused() -> None:
    assert refused(".netrc")
    assert refused(".ssh/id_rsa")
