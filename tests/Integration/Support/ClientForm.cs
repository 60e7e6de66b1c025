using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace PyWharf.Integration.Support;

/// <summary>
/// The form of a legacy upload (https://docs.pypi.org/api/upload/) in the shapes that clients send it, and in shapes that no client
/// should. Immutable: each change gives a new form. The fields' names and order are what those versions were seen to send;
/// uv's are its documentation's and could not be recorded.
/// </summary>
internal sealed class ClientForm
{
    public const string File = "content";

    private const string DefaultBoundary = "fbc255ee02f743a4aa8fdc3d85b99e5b";

    private ClientForm(IEnumerable<FormPart> parts)
    {
        Parts = [.. parts];
    }

    public IReadOnlyList<FormPart> Parts { get; }

    /// <summary>A form of these parts.</summary>
    public static ClientForm Of(IEnumerable<FormPart> parts) => new(parts);

    /// <summary>twine 4.0.2: each single-valued field, empty or not, and three digests.</summary>
    public static ClientForm LikeTwine(Distribution file) => new(
    [
        .. NameAndKind(file),
        .. MetadataFields(file),
        .. Fields(
            ("comment", ""), ("sha256_digest", file.Sha256), ("requires_python", file.RequiresPython ?? ""),
            ("description_content_type", ""), ("md5_digest", file.Md5), ("blake2_256_digest", file.Blake2b256),
            (":action", "file_upload"), ("protocol_version", "1")),
        Content(file, "application/octet-stream"),
    ]);

    /// <summary>twine 3 with --sign: a signature before the file.</summary>
    public static ClientForm LikeOldTwine(Distribution file)
    {
        var form = LikeTwine(file);
        var signature = new FormPart("gpg_signature", "-----BEGIN PGP SIGNATURE-----"u8.ToArray(), $"{file.Filename}.asc");

        return new ClientForm([.. form.Parts.SkipLast(1), signature, form.Parts[^1]]);
    }

    /// <summary>twine since 6.2: no MD5 any more.</summary>
    public static ClientForm LikeNewTwine(Distribution file) => LikeTwine(file).Without("md5_digest");

    /// <summary>twine 7 with --attestations: what is empty is left out, and attestations come before the file.</summary>
    public static ClientForm LikeTwine7(Distribution file) =>
        new ClientForm(LikeNewTwine(file).Parts.Where(part => part.Value.Length > 0))
            .With("metadata_version", "2.4")
            .With("license_expression", "MIT")
            .With("license_file", "LICENSE", "NOTICE")
            .With("attestations", AttestationsOf(file));

    /// <summary>
    /// uv publish: an empty <c>requires_python</c> where there is none, <c>source</c> as an sdist's <c>pyversion</c>, plural
    /// names where there are many, a file without Content-Type, and attestations after it.
    /// </summary>
    public static ClientForm LikeUv(Distribution file) => new(
    [
        .. Fields(
            (":action", "file_upload"), ("sha256_digest", file.Sha256), ("protocol_version", "1"), ("metadata_version", "2.1"),
            ("name", file.Name), ("version", file.Version), ("filetype", FileType(file)),
            ("pyversion", file.IsWheel ? PythonTag(file) : "source"), ("summary", SampleMetadata.Summary),
            ("requires_python", file.RequiresPython ?? ""), ("classifiers", "Programming Language :: Python :: 3"),
            ("classifiers", "Private :: Do Not Upload"), ("import_names", SampleMetadata.Escaped(file.Name)),
            ("license_files", "LICENSE"), ("license_files", "NOTICE"), ("provides_extras", "toml")),
        Content(file, contentType: null),
        .. Fields(("attestations", "[]")),
    ]);

    /// <summary>flit 3.8: only fields that have a value, no <c>pyversion</c> for an sdist, no BLAKE2, a file without Content-Type.</summary>
    public static ClientForm LikeFlit(Distribution file) => new(
    [
        .. Fields(
            (":action", "file_upload"), ("name", file.Name), ("version", file.Version), ("metadata_version", "2.1"),
            ("summary", SampleMetadata.Summary), ("provides", SampleMetadata.Escaped(file.Name))),
        .. file.RequiresPython is null ? [] : Fields(("requires_python", file.RequiresPython)),
        .. Fields(("protocol_version", "1"), ("filetype", FileType(file))),
        .. file.IsWheel ? Fields(("pyversion", PythonTag(file))) : [],
        .. Fields(("md5_digest", file.Md5), ("sha256_digest", file.Sha256)),
        Content(file, contentType: null),
    ]);

    /// <summary>poetry 1.3: twine's fields with the digests before the requirements.</summary>
    public static ClientForm LikePoetry(Distribution file) => new(
    [
        .. NameAndKind(file),
        .. MetadataFields(file),
        .. Fields(
            ("comment", ""), ("md5_digest", file.Md5), ("sha256_digest", file.Sha256), ("blake2_256_digest", file.Blake2b256),
            ("requires_python", file.RequiresPython ?? ""), (":action", "file_upload"), ("protocol_version", "1")),
        Content(file, "application/octet-stream"),
    ]);

    /// <summary>pdm publish, as its source has it: "" for what there is not, <c>provides_extras</c> for <c>provides_extra</c>, three digests.</summary>
    public static ClientForm LikePdm(Distribution file) => new(
    [
        .. Fields(
            ("name", file.Name), ("version", file.Version), ("filetype", FileType(file)),
            ("pyversion", file.IsWheel ? PythonTag(file) : ""), ("metadata_version", "2.1")),
        .. MetadataFields(file),
        .. Fields(
            ("classifiers", "Programming Language :: Python :: 3"), ("classifiers", "Topic :: Utilities"), ("supported_platform", ""), ("comment", ""),
            ("project_urls", "Home, https://example.com/"), ("project_urls", "Changes, https://example.com/changes"),
            ("requires_dist", "idna (>=3)"), ("requires_dist", "toml ; extra == 'toml'"), ("requires_python", file.RequiresPython ?? ""),
            ("provides_extras", "toml"), ("description_content_type", ""), ("md5_digest", file.Md5), ("sha256_digest", file.Sha256),
            ("blake2_256_digest", file.Blake2b256), (":action", "file_upload"), ("protocol_version", "1")),
        Content(file, "application/octet-stream"),
    ]);

    /// <summary>hatch publish, as its source has it: a field for each header that METADATA has, <c>source</c> as an sdist's <c>pyversion</c>.</summary>
    public static ClientForm LikeHatch(Distribution file) => new(
    [
        .. Fields(
            ("metadata_version", "2.5"), ("name", file.Name), ("version", file.Version), ("summary", SampleMetadata.Summary),
            ("license_expression", "MIT"), ("license_file", "LICENSE"), ("classifiers", "Programming Language :: Python :: 3"),
            ("import_name", SampleMetadata.Escaped(file.Name)), ("dynamic", "version"), ("dynamic", "classifiers")),
        .. file.RequiresPython is null ? [] : Fields(("requires_python", file.RequiresPython)),
        .. Fields(
            ("description_content_type", "text/markdown"), ("description", $"# {file.Name}\r\n\r\nText.\r\n"), ("filetype", FileType(file)),
            ("pyversion", file.IsWheel ? "py2.py3" : "source"), (":action", "file_upload"), ("protocol_version", "1"),
            ("md5_digest", file.Md5), ("sha256_digest", file.Sha256), ("blake2_256_digest", file.Blake2b256)),
        Content(file, "application/octet-stream"),
    ]);

    /// <summary>The least that is an upload, with SHA-256 alone.</summary>
    public static ClientForm Least(Distribution file) => new(
    [
        .. Fields((":action", "file_upload"), ("protocol_version", "1"), ("metadata_version", "2.1")),
        .. NameAndKind(file).Where(part => part.Name != "metadata_version"),
        .. Fields(("sha256_digest", file.Sha256)),
        Content(file, "application/octet-stream"),
    ]);

    /// <summary>This form without any part of that name.</summary>
    public ClientForm Without(string name) => new(Parts.Where(part => part.Name != name));

    /// <summary>This form with no other part than those of that name.</summary>
    public ClientForm Only(string name) => new(Parts.Where(part => part.Name == name));

    /// <summary>This form with these values, and no others, for a field: in its place, or before the file if it had none.</summary>
    public ClientForm With(string name, params string[] values)
    {
        var at = Parts.TakeWhile(part => part.Name != name && part.Name != File).Count();
        var others = Parts.Where(part => part.Name != name).ToList();
        others.InsertRange(Math.Min(at, others.Count), Fields([.. values.Select(value => (name, value))]));

        return new ClientForm(others);
    }

    /// <summary>This form with a part twice in a row.</summary>
    public ClientForm Twice(string name) => new(Parts.SelectMany(part => part.Name == name ? [part, part] : new[] { part }));

    /// <summary>This form with one more part, at the end.</summary>
    public ClientForm Then(FormPart part) => new(Parts.Append(part));

    /// <summary>This form with its file before all fields.</summary>
    public ClientForm FileFirst() => new(Parts.OrderBy(part => part.Name != File));

    /// <summary>This form with parts changed by hand.</summary>
    public ClientForm Altered(Func<FormPart, FormPart> change) => new(Parts.Select(change));

    /// <summary>This form with its file under another name, which is sent as it is.</summary>
    public ClientForm WithFilename(string filename) => Altered(part => part.Name == File ? part with { Filename = filename } : part);

    /// <summary>The body, byte by byte as clients write it: nothing in names is escaped.</summary>
    public byte[] ToBytes(string boundary = DefaultBoundary)
    {
        using var body = new MemoryStream();
        foreach (var part in Parts)
        {
            var filename = part.Filename is null ? "" : $"; filename=\"{part.Filename}\"";
            var type = part.ContentType is null ? "" : $"Content-Type: {part.ContentType}\r\n";
            body.Write(Encoding.UTF8.GetBytes($"--{boundary}\r\nContent-Disposition: form-data; name=\"{part.Name}\"{filename}\r\n{type}\r\n"));
            body.Write(part.Value);
            body.Write("\r\n"u8);
        }

        body.Write(Encoding.UTF8.GetBytes($"--{boundary}--\r\n"));
        return body.ToArray();
    }

    /// <summary>The body for an <see cref="HttpClient"/>.</summary>
    public HttpContent ToContent() => new ByteArrayContent(ToBytes())
    {
        Headers = { ContentType = MediaTypeHeaderValue.Parse(ContentType()) },
    };

    /// <summary>The Content-Type that goes with <see cref="ToBytes"/>.</summary>
    public static string ContentType(string boundary = DefaultBoundary) => $"multipart/form-data; boundary={boundary}";

    /// <summary>The field <c>attestations</c> as tools make it (PEP 740), signed by nobody.</summary>
    public static string AttestationsOf(Distribution file)
    {
        var statement = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object?>
        {
            ["_type"] = "https://in-toto.io/Statement/v1",
            ["subject"] = new[] { new { name = file.Filename, digest = new { sha256 = file.Sha256 } } },
            ["predicateType"] = "https://docs.pypi.org/attestations/publish/v1",
            ["predicate"] = null,
        });
        var material = new { certificate = "MIIC6jCCAnGgAwIBAgIU", transparency_entries = new[] { new { logIndex = "1" } } };

        return JsonSerializer.Serialize(new[] { new { version = 1, verification_material = material, envelope = new { statement, signature = "MEUCIQDx/+8=" } } });
    }

    public static IReadOnlyList<FormPart> Fields(params (string Name, string Value)[] fields) =>
        [.. fields.Select(field => new FormPart(field.Name, Encoding.UTF8.GetBytes(field.Value)))];

    private static IReadOnlyList<FormPart> NameAndKind(Distribution file) => Fields(
        ("name", file.Name), ("version", file.Version), ("filetype", FileType(file)),
        ("pyversion", file.IsWheel ? PythonTag(file) : ""), ("metadata_version", "2.1"));

    private static IReadOnlyList<FormPart> MetadataFields(Distribution file) => Fields(
        ("summary", SampleMetadata.Summary), ("home_page", ""), ("author", ""), ("author_email", ""), ("maintainer", ""),
        ("maintainer_email", ""), ("license", ""), ("description", $"# {file.Name}\n"), ("keywords", ""), ("download_url", ""));

    private static FormPart Content(Distribution file, string? contentType) => new(File, file.Content, file.Filename, contentType);

    private static string FileType(Distribution file) => file.IsWheel ? "bdist_wheel" : "sdist";

    private static string PythonTag(Distribution wheel) => wheel.Filename.Split('-')[^3];
}
