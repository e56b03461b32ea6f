-- Whether a text is an expression over the view, and nothing that ends one.
SELECT CASE WHEN /* where */ TRUE THEN 1 END FROM spectra;
