"""Finding what ads say of success in the role; `include.classify.criteria` joins the steps."""
