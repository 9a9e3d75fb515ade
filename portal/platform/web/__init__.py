"""What every page needs and no feature knows: identity, access, forms, headers, errors, assets."""
