"""Finding certifications and deciding what they ask; `include.classify.certifications` joins the steps."""
