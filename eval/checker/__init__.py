"""The check put to the test (核稿的检验): known errors and harmless rewritings in known-clean drafts."""
