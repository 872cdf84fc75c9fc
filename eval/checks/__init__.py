"""The check (核稿): findings on one draft, given its facts sheet."""
