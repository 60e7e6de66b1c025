namespace PyWharf.Application.Repositories;

/// <summary>What happens to an upload that violates a rule.</summary>
public enum PolicyAction
{
    /// <summary>It is published without a warning.</summary>
    Allow,

    /// <summary>It is published with a warning in the log and in the response.</summary>
    Warn,

    /// <summary>It is refused.</summary>
    Refuse,
}

/// <summary>The upload rules that operators may configure per repository. Rules that protect the server itself are not configurable.</summary>
public sealed record PublishingPolicy
{
    /// <summary>The defaults.</summary>
    public static PublishingPolicy Default { get; } = new();

    /// <summary>A source archive whose name is not in the form of PEP 625: a .zip, or a name or version that is not normalised.</summary>
    public PolicyAction LegacySdistName { get; init; } = PolicyAction.Allow;

    /// <summary>A wheel whose name or version is not normalised in its file name.</summary>
    public PolicyAction LegacyWheelName { get; init; } = PolicyAction.Allow;

    /// <summary>A form without any digest of the file.</summary>
    public PolicyAction MissingDigest { get; init; } = PolicyAction.Warn;

    /// <summary>An archive that is damaged, hostile or no distribution.</summary>
    public PolicyAction UnsoundArchive { get; init; } = PolicyAction.Refuse;

    /// <summary>An archive that violates the specifications but installs: an old Wheel-Version, a missing license file.</summary>
    public PolicyAction IrregularArchive { get; init; } = PolicyAction.Warn;

    /// <summary>A wheel whose METADATA is not UTF-8, or begins with a byte order mark: pip does not install it.</summary>
    public PolicyAction UnreadableMetadata { get; init; } = PolicyAction.Refuse;

    /// <summary>A file whose own metadata has another name or version than the form.</summary>
    public PolicyAction MetadataMismatch { get; init; } = PolicyAction.Refuse;

    /// <summary>A wheel whose RECORD and content differ.</summary>
    public PolicyAction RecordDifference { get; init; } = PolicyAction.Warn;
}
