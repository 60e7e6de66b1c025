namespace PyWharf.Domain;

/// <summary>
/// Limits of metadata, which protect its readers. Real packages stay far below. Beyond them uploads are refused, and values from the storage are
/// dropped.
/// </summary>
public static class MetadataLimits
{
    /// <summary>Characters of all values of repeatable fields in total.</summary>
    public const int MaxRepeatedCharacters = 1024 * 1024;

    // The description: as much as is read of a metadata document. Other fields: collected license texts have some ten kilobytes.
    private const int MaxDescriptionLength = 8 * 1024 * 1024;
    private const int MaxOtherLength = 128 * 1024;

    /// <summary>The maximum number of characters of a value of the field.</summary>
    public static int MaxLengthOf(string field) => field switch
    {
        "requires_python" => RequiresPython.MaxLength,
        "description" => MaxDescriptionLength,
        _ => MaxOtherLength,
    };
}
