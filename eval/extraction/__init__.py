"""How much of an old report `facts extract` finds, held against sheets that were made by hand."""
