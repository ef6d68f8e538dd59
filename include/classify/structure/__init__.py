"""An ad's text to its structure; `include.classify.segments.Document` joins the parts."""
