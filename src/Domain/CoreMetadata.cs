using System.Diagnostics.CodeAnalysis;

namespace PyWharf.Domain;

/// <summary>
/// The core metadata of a distribution: the <c>METADATA</c> of a wheel, the <c>PKG-INFO</c> of a source archive. Field names are
/// matched without regard to case; an empty field and one that says <c>UNKNOWN</c> are absent.
/// </summary>
public sealed class CoreMetadata
{
    private readonly List<KeyValuePair<string, string>> _fields;

    private CoreMetadata(List<KeyValuePair<string, string>> fields, string metadataVersion, string name, string version, string body)
    {
        _fields = fields;
        MetadataVersion = metadataVersion;
        Name = name;
        Version = version;
        Description = body.Length != 0 ? body : First("Description");
    }

    /// <summary>The version of the specification, <c>2.4</c>.</summary>
    public string MetadataVersion { get; }

    /// <summary>The name of the project, as written.</summary>
    public string Name { get; }

    /// <summary>The version of the project, as written.</summary>
    public string Version { get; }

    public string? Summary => First("Summary");

    /// <summary>The specifier set as written; may be invalid (<see cref="Domain.RequiresPython"/>).</summary>
    public string? RequiresPython => First("Requires-Python");

    /// <summary>The long description: the body of the document, or else the field.</summary>
    public string? Description { get; }

    /// <summary>
    /// Reads a document in UTF-8. Invalid bytes become U+FFFD: installers accept them, so that old packages with such descriptions are accepted
    /// too.
    /// </summary>
    /// <param name="document">Fields, an empty line, the description.</param>
    /// <param name="metadata">The metadata.</param>
    /// <param name="problem">A sentence for the author of the document.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> document, [NotNullWhen(true)] out CoreMetadata? metadata, [NotNullWhen(false)] out string? problem)
    {
        metadata = null;
        if (!MetadataDocument.TryRead(document, out var fields, out var body, out problem)
            || !TryOnly(fields, "Metadata-Version", out var metadataVersion, out problem)
            || !TryOnly(fields, "Name", out var name, out problem)
            || !TryOnly(fields, "Version", out var version, out problem))
        {
            return false;
        }

        if (!IsSupported(metadataVersion))
        {
            problem = $"Metadata-Version {Shorten(metadataVersion)} is not supported; this server reads 1.x and 2.x.";
            return false;
        }

        metadata = new CoreMetadata(fields, metadataVersion, name, version, body);
        problem = null;
        return true;
    }

    /// <summary>
    /// Whether documents of this Metadata-Version can be read: all of 1.x and 2.x, since a new minor version only adds fields.
    /// </summary>
    public static bool IsSupported([NotNullWhen(true)] string? metadataVersion) =>
        metadataVersion is ['1' or '2', '.', .. { Length: > 0 and < 10 } minor] && minor.All(char.IsAsciiDigit);

    /// <summary>All values of a field, in the order of the document.</summary>
    public IReadOnlyList<string> All(string field) => [.. Values(_fields, field).Where(IsPresent)];

    private static IEnumerable<string> Values(List<KeyValuePair<string, string>> fields, string name) =>
        from field in fields where name.Equals(field.Key, StringComparison.OrdinalIgnoreCase) select field.Value;

    private static bool IsPresent(string value) => value is not ("" or "UNKNOWN");

    private string? First(string field) => Values(_fields, field).FirstOrDefault(IsPresent);

    // Tools disagree on which of two values counts.
    private static bool TryOnly(
        List<KeyValuePair<string, string>> fields,
        string name,
        [NotNullWhen(true)] out string? value,
        [NotNullWhen(false)] out string? problem)
    {
        var values = Values(fields, name).ToList();
        value = values is [{ Length: > 0 } only] ? only : null;
        problem = value is not null ? null
            : values.Count > 1 ? $"The metadata has the field {name} more than once."
            : $"The metadata lacks the field {name}.";
        return problem is null;
    }

    private static string Shorten(string text) => text.Length <= 20 ? text : text[..20] + "…";
}
