"""The doctor: what is wrong, said with how to mend it. One file for each place that it looks at."""

from hotline.doctor.examining import examine
from hotline.doctor.finding import Finding

__all__ = ["Finding", "examine"]
