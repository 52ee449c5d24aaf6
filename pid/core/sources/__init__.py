"""Any number of sources: what they tell alone together, and what shows only in several of them."""
