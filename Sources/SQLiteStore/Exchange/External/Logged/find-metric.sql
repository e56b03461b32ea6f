SELECT metric_id FROM metric WHERE metric = :metric;
