"""The names enquiry: from stated details to the rows worth comparing, in memory."""
