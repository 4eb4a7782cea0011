"""What the columns of outreach workbooks mean: data/fields.toml, and the user's own words beside it."""
