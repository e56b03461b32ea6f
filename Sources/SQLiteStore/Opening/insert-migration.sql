INSERT INTO migration (version, name, sha256, applied_at, lorabook_version)
VALUES (:version, :name, :sha256, :applied_at, :lorabook_version);
