"""What the tests of content share."""

from tests.content.buckets import bucket, place, s3

__all__ = ["bucket", "place", "s3"]
