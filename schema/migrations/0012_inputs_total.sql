-- Every search says among how many inputs it looked. Counting them anew reads an index of every path, at a million more than
-- the search itself: they are counted as they come and go, as the row `inputs` of `totals`.

INSERT INTO totals (name, n) SELECT 'inputs', count(*) FROM files;
CREATE TRIGGER inputs_come AFTER INSERT ON files BEGIN
  UPDATE totals SET n = n + 1 WHERE name = 'inputs';
END;
CREATE TRIGGER inputs_go AFTER DELETE ON files BEGIN
  UPDATE totals SET n = n - 1 WHERE name = 'inputs';
END;
