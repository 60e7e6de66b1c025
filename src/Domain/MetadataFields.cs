using System.Collections.Frozen;

namespace PyWharf.Domain;

/// <summary>
/// Core metadata under the field names of the upload API (https://docs.pypi.org/api/upload/): <c>summary</c>, <c>classifiers</c>,
/// <c>requires_dist</c> … Fields may have several values, in order.
/// </summary>
/// <param name="fields">Fields with names of <see cref="Names"/>; others are dropped, as are values beyond the <see cref="MetadataLimits"/>.</param>
public sealed class MetadataFields(IEnumerable<KeyValuePair<string, string>> fields)
{
    // Header of the metadata document, field of the form, whether it may repeat.
    private static readonly (string Header, string Name, bool IsMulti)[] Known =
    [
        ("Metadata-Version", "metadata_version", false),
        ("Name", "name", false),
        ("Summary", "summary", false),
        ("Description", "description", false),
        ("Description-Content-Type", "description_content_type", false),
        ("Keywords", "keywords", false),
        ("Home-page", "home_page", false),
        ("Download-URL", "download_url", false),
        ("Author", "author", false),
        ("Author-email", "author_email", false),
        ("Maintainer", "maintainer", false),
        ("Maintainer-email", "maintainer_email", false),
        ("License", "license", false),
        ("License-Expression", "license_expression", false),
        ("Requires-Python", "requires_python", false),
        ("Classifier", "classifiers", true),
        ("Platform", "platform", true),
        ("Supported-Platform", "supported_platform", true),
        ("Requires", "requires", true),
        ("Provides", "provides", true),
        ("Obsoletes", "obsoletes", true),
        ("Requires-Dist", "requires_dist", true),
        ("Provides-Dist", "provides_dist", true),
        ("Obsoletes-Dist", "obsoletes_dist", true),
        ("Requires-External", "requires_external", true),
        ("Project-URL", "project_urls", true),
        ("Provides-Extra", "provides_extra", true),
        ("Dynamic", "dynamic", true),
        ("License-File", "license_file", true),
        ("Import-Name", "import_name", true),
        ("Import-Namespace", "import_namespace", true),
    ];

    private static readonly FrozenDictionary<string, string> Aliases = new Dictionary<string, string>
    {
        // As uv and pdm send them.
        ["import_names"] = "import_name",
        ["import_namespaces"] = "import_namespace",
        ["license_files"] = "license_file",
        ["provides_extras"] = "provides_extra",
        ["project_url"] = "project_urls",
        ["classifier"] = "classifiers",
        ["platforms"] = "platform",
        ["supported_platforms"] = "supported_platform",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, bool> IsMulti = Known.ToFrozenDictionary(known => known.Name, known => known.IsMulti, StringComparer.Ordinal);

    private readonly List<KeyValuePair<string, string>> _fields = [.. WithinBounds(fields)];

    /// <summary>No fields.</summary>
    public static MetadataFields None { get; } = new([]);

    /// <summary>All field names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Select(known => known.Name)];

    /// <summary>The first value of a field; null if there is none.</summary>
    public string? this[string name] => All(name).FirstOrDefault();

    /// <summary>The values of fields that may repeat, in order.</summary>
    public IEnumerable<KeyValuePair<string, string>> Repeatable => _fields.Where(sent => IsMulti[sent.Key]);

    /// <summary>The fields of a metadata document.</summary>
    public static MetadataFields Of(CoreMetadata metadata) => new(
        from known in Known
        from value in known.Name == "description" ? (metadata.Description is { } text ? [text] : []) : metadata.All(known.Header)
        select KeyValuePair.Create(known.Name, value));

    /// <summary>The fields of an upload form; clients use aliases for some names. Empty values and UNKNOWN are dropped.</summary>
    public static MetadataFields OfForm(IEnumerable<KeyValuePair<string, string>> form) => new(
        from field in form
        where field.Value is not ("" or "UNKNOWN")
        select KeyValuePair.Create(Aliases.GetValueOrDefault(field.Key, field.Key), field.Value));

    /// <summary>All values of all fields, in order.</summary>
    public IEnumerable<KeyValuePair<string, string>> All() => _fields;

    /// <summary>All values of a field, in order.</summary>
    public IEnumerable<string> All(string name) => _fields.Where(field => field.Key == name).Select(field => field.Value);

    /// <summary>These fields, and of the others those that are missing here.</summary>
    public MetadataFields Or(MetadataFields others) => new([.. _fields, .. others._fields.Where(field => this[field.Key] is null)]);

    private static IEnumerable<KeyValuePair<string, string>> WithinBounds(IEnumerable<KeyValuePair<string, string>> fields)
    {
        var left = MetadataLimits.MaxRepeatedCharacters;
        foreach (var field in fields)
        {
            if (!IsMulti.TryGetValue(field.Key, out var isMulti) || field.Value.Length > MetadataLimits.MaxLengthOf(field.Key))
            {
                continue;
            }

            if (isMulti && (left -= field.Value.Length) < 0)
            {
                left = 0;
                continue;
            }

            yield return field;
        }
    }
}
