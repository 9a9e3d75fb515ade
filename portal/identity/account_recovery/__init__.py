"""Account recovery: new secrets by an emailed link, or by the desk."""
