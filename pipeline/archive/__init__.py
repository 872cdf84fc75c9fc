"""The archive (档案库) of exemplars: files become articles, articles passages, passages an archive on disk."""
