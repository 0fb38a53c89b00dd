-- What a store of schema 4 held: that of schema 3, a little later. The tables are those of migrations/0001_first.sql,
-- migrations/0002_retention.sql, migrations/0003_fetching.sql and migrations/0004_reading.sql.

INSERT INTO site (name, value) VALUES
    ('authority', 'press.example'),
    ('year', '2026');

UPDATE counter SET value = 9 WHERE name = 'change';
UPDATE counter SET value = 1000 WHERE name = 'entry_id';

INSERT INTO source_state (source_id, url, next_at_ms, lease_owner, lease_until_ms, changed_seq, gone,
    has_history, reader_version, polled_ms, succeeded_ms, brought_ms, failures, cadence_interval_min, etag,
    last_modified, body_hash, next_why, error, moved_to, feed_title, feed_link, repairs) VALUES
    ('acme', 'https://acme.example/rss', 1795323863085, NULL, 0, 3, FALSE, TRUE, 1001, 1795323534045,
     1795323534045, 1795323534045, 0, NULL, NULL, 'Sun, 22 Nov 2026 04:58:52 GMT',
     'a2b3718695275a4f4aa44bf836fa34e4', 'It brought something new lately: it is asked every 5 min.', NULL,
     NULL, 'Acme presse', 'https://acme.example/', ''),
    ('gone', 'https://gone.example/rss', 1795323839994, NULL, 0, 0, FALSE, FALSE, 0, 1795323534054, 0, 0, 1,
     NULL, NULL, NULL, NULL, 'It failed once: it is asked again after 5 min.',
     'the server said that there is nothing at this address (status 404)', NULL, NULL, NULL, ''),
    ('wire', 'https://wire.example/rss', 1795323839332, 'old-4711-1795323533000', 1795323594000, 4, FALSE,
     TRUE, 1001, 1795323534052, 1795323534052, 1795323534052, 0, NULL, 'W/"a ''quoted'' tag"',
     'Sun, 22 Nov 2026 04:58:52 GMT', 'e033552924eca9dd2b7622f098765c3d',
     'It brought something new lately: it is asked every 5 min.', NULL, NULL, 'Wire', 'https://wire.example/',
     '');

INSERT INTO entry (id, source_id, identity, public_id, canonical, raw_hash, policy_version, order_ms, tie,
    first_seen_ms, visible_ms, changed_ms, in_document, published_ms, published_offset_min,
    published_precision, updated_ms, updated_offset_min, updated_precision, language, guid, link, stated_link,
    content_key, title_key, title, authors, categories, media, excerpt, content_html) VALUES
    (1, 'acme', 'a-1', 'tag:press.example,2026:acme/fbd2d784948b1154904b776d5c941bd0',
     'https://acme.example/1', '1c1710485ad2eb6ef660522655e8ac7e', 1001, 1793606400000, 764473117432330148,
     1795323534045, 1793606400000, 1793606400000, TRUE, 1793606400000, 60, 'second', NULL, NULL, NULL, NULL,
     'a-1', 'https://acme.example/1', 'https://acme.example/1?utm_source=rss',
     '92b5d55a1d66710144c015880131499a', 'l hydrogène n 1', 'L’hydrogène, n° 1', '["Zoë 😀"]',
     '[{"term":"ACME","scheme":null}]',
     '[{"url":"https://acme.example/a.jpg","kind":"image","mime":"image/jpeg","bytes":1234,"width":null,"height":null,"alt":null}]',
     'One & two.', '<p>One &amp; two.</p><img src="https://acme.example/a.jpg" alt="">'),
    (2, 'acme', 'https://acme.example/2', 'https://acme.example/2', 'https://acme.example/2',
     'b61c70b6e99b4f9a3f93f50a13f71725', 1001, 1793696400000, 3400217818832381052, 1795323534045,
     1793696400000, 1793696400000, TRUE, 1793696400000, 0, 'second', NULL, NULL, NULL, NULL,
     'https://acme.example/2', 'https://acme.example/2', NULL, '807dc021153ce9fde227e51a2d5e710d',
     'acme raises its outlook', 'Acme raises its outlook', '[]', '[]', '[]', 'Outlook''s "raised".',
     'Outlook''s "raised".'),
    (3, 'acme', 'link:https://acme.example/3', 'tag:press.example,2026:acme/ae8b557722e43304c5994c59f5e8eb37',
     'https://acme.example/3', '07b696de15546050f8f4c4f8ce474abf', 1001, 1795323534043, 4239794013770763980,
     1795323534045, 1795323534043, 1795323534043, TRUE, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
     'https://acme.example/3', NULL, '856d7dc58dc833dda7b19f46f3dc38d6', 'no guid no date', 'No guid, no date',
     '[]', '[]', '[]', 'Bare.', 'Bare.'),
    (4, 'wire', 'w-1', 'tag:press.example,2026:wire/4a04c2dd9d4dfe469a0ccf73fb4f4ccf',
     'https://wire.example/1', '78ccfaa90c2cf9bbf7132d748eff57b9', 1001, 1793782800000, 471358624826860710,
     1795323534052, 1793782800000, 1793782800000, TRUE, 1793782800000, 0, 'second', NULL, NULL, NULL, NULL,
     'w-1', 'https://wire.example/1', NULL, '11dcf2de89915179efb1666cf8c12146', 'acme opens a plant',
     'Acme opens a plant', '[]', '[]', '[]', 'Plant.', 'Plant.'),
    (5, 'wire', 'w-2', 'tag:press.example,2026:wire/25bc56173269c76e49ed361fccd749bf',
     'https://acme.example/1', 'e1274e1e3255c3632c241575b016dc14', 1001, 1793613600000, 682415977171784337,
     1795323534052, 1793613600000, 1793613600000, TRUE, 1793613600000, 0, 'second', NULL, NULL, NULL, NULL,
     'w-2', 'https://acme.example/1', NULL, '321d0ab0b7bf2d54c7b42999d8a624e2', 'l hydrogène n 1',
     'L’hydrogène, n° 1', '[]', '[]', '[]', 'Copy.', 'Copy.');

INSERT INTO appearance (publication, entry_id, public_id, shown_ms) VALUES
    ('brands/acme', 1, 'tag:press.example,2026:acme/fbd2d784948b1154904b776d5c941bd0', 1793606400000),
    ('brands/acme', 2, 'https://acme.example/2', 1793696400000),
    ('brands/acme', 3, 'tag:press.example,2026:acme/ae8b557722e43304c5994c59f5e8eb37', 1795323534043),
    ('brands/acme', 4, 'tag:press.example,2026:wire/4a04c2dd9d4dfe469a0ccf73fb4f4ccf', 1793782800000),
    ('brands/acme', 5, 'tag:press.example,2026:acme/fbd2d784948b1154904b776d5c941bd0', 1793613600000);

INSERT INTO edition (path, hash, changed_ms) VALUES
    ('/', '53fbf527550389b59ec93dc2e02bf78e', 1795323534000),
    ('/brands/acme', 'd91887cad71ab2bfac5cde747f5f9f90', 1795323535000),
    ('/brands/acme/feed.atom', '6ad397c88f60e8d3212985c3c202842a', 1795323535000),
    ('/brands/acme/feed.json', '6ab556ebff268c12f154e0b10bcb4cd2', 1795323535000),
    ('/brands/acme/feed.rss', '56c995eb26d20f8f38837bf4d288cb89', 1795323535000),
    ('/brands/acme/opml', 'efe14e5b30df0582e64bf710b3708555', 1795323535000),
    ('/brands/acme/subscribe', '3498945fa1f3f57e90d6ca61668dfd3b', 1795323534000),
    ('/brands/acme/widget', '916db2fe822e6c170c9414fbd6daa69c', 1795323535000),
    ('/opml', '66519ed0acb9cda935957d41d82c9e2b', 1795323534000),
    ('/widget.css', '3ba727b053c845c5f38a99724e14de4a', 1795323534000);

-- One has left its document, one was decided about, and a node was at the retention when it was killed.
UPDATE entry SET in_document = FALSE, left_ms = 1795323600000 WHERE id = 3;
INSERT INTO verdict (entry_id, publication, verdict, decided_ms, actor, reason) VALUES
    (2, 'brands/acme', 'pinned', 1795323700000, 'zoe', 'the outlook of the year');
INSERT INTO lease (name, owner, until_ms) VALUES ('retention', 'old-4711-1795323533000', 1795323720000);

-- One source fails and says where it might have gone, another is pushed by a hub that was subscribed to.
UPDATE source_state SET failing_since_ms = 1795323534054, error_class = 'not-found', moved_times = 2,
    offers = 'https://gone.example/new.xml' WHERE source_id = 'gone';
UPDATE source_state SET hub = 'https://hub.example/', topic = 'https://acme.example/rss', cadence_base_min = 20,
    cadence_skip_hours = 3, cadence_skip_days = 96 WHERE source_id = 'acme';
INSERT INTO subscription (token, source_id, hub, topic, callback, secret, stage, revision, next_at_ms,
    expires_ms, pushed_ms, failures, error) VALUES
    ('3f1c0a9d', 'acme', 'https://hub.example/', 'https://acme.example/rss',
     'https://press.example/websub/3f1c0a9d', '77aa', 'active', 3, 1796000000000, 1796200000000,
     1795323600000, 0, NULL);
UPDATE counter SET value = 1001 WHERE name = 'cleaned_by';

-- One was copied from elsewhere, and its publisher took another back; a source's guids say little.
UPDATE entry SET origin = '{"id":null,"title":"First","feed":"https://first.example/rss","homepage":null}'
    WHERE id = 5;
UPDATE entry SET withdrawn_ms = 1795323600000 WHERE id = 5;
UPDATE source_state SET signs = '' WHERE source_id = 'wire';
