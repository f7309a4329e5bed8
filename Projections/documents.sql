-- projection: documents
-- The documents on clients' cards, and whether the patient sees them.
--
-- Their names stay in the log, and their bytes under a key of the client's: a row holds the
-- sequence of the event with the names.

create table documents (
    document_id text primary key,
    client_id   text not null,
    -- The event with the names.
    added_in    integer not null,
    is_visible  integer not null check (is_visible in (0, 1)),
    media_type  text,
    -- Under which name the sealed bytes are kept.
    blob_id     text not null
) strict, without rowid;

create index documents_by_client on documents (client_id, added_in);

-- on: DocumentAdded.v1
insert into documents values (:documentId, :clientId, @sequence, 0, :mediaType, :blobId);

-- on: DocumentMadeVisible.v1
update documents set is_visible = 1 where document_id = :documentId;

-- on: DocumentHidden.v1
update documents set is_visible = 0 where document_id = :documentId;

-- query: documents (client)
select
    document_id as "documentId", added_in as "name personal", is_visible as "visible bool",
    added_in as "fileName personal", media_type as "mediaType"
from documents where client_id = :client order by added_in;

-- query: patient-documents (client)
select
    document_id as "documentId", added_in as "name personal", is_visible as "visible bool",
    added_in as "fileName personal", media_type as "mediaType", client_id as "clientId"
from documents where client_id = :client and is_visible order by added_in;

-- query: document (document)
select
    document_id as "documentId", added_in as "name personal", is_visible as "visible bool",
    added_in as "fileName personal", media_type as "mediaType", blob_id as "blobId"
from documents where document_id = :document;
