"""The monthly report (研判报告): figures of one month beside the month before and the same month a year ago. Pure."""
