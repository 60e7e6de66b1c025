namespace PyWharf.Application.Repositories;

/// <summary>What becomes of an upload to which a rule objects.</summary>
public enum PolicyAction
{
    /// <summary>It is published, and nothing is said.</summary>
    Allow,

    /// <summary>It is published; the log says what is wrong with it, and the answer too.</summary>
    Warn,

    /// <summary>It is refused.</summary>
    Refuse,
}

/// <summary>The rules of a repository that its operator may loosen or tighten. Those that keep the server safe are not among them.</summary>
public sealed record PublishingPolicy
{
    /// <summary>What holds where the configuration says nothing.</summary>
    public static PublishingPolicy Default { get; } = new();

    /// <summary>A source archive whose name is not in the form of PEP 625: a .zip, or a name or version that is not normalised.</summary>
    public PolicyAction LegacySdistName { get; init; } = PolicyAction.Allow;

    /// <summary>A wheel whose name or version is not normalised in its file name.</summary>
    public PolicyAction LegacyWheelName { get; init; } = PolicyAction.Allow;

    /// <summary>A form without any digest of the file.</summary>
    public PolicyAction MissingDigest { get; init; } = PolicyAction.Warn;

    /// <summary>An archive that is damaged, hostile or no distribution.</summary>
    public PolicyAction UnsoundArchive { get; init; } = PolicyAction.Refuse;

    /// <summary>What the specifications don't allow in an archive, and installers take: an old Wheel-Version, a license file that is missing.</summary>
    public PolicyAction IrregularArchive { get; init; } = PolicyAction.Warn;

    /// <summary>A wheel whose METADATA is not UTF-8, or begins with a byte order mark: pip does not install it.</summary>
    public PolicyAction UnreadableMetadata { get; init; } = PolicyAction.Refuse;

    /// <summary>Name or version of the file's own metadata that are not those of the form.</summary>
    public PolicyAction MetadataMismatch { get; init; } = PolicyAction.Refuse;

    /// <summary>A wheel whose RECORD and content differ.</summary>
    public PolicyAction RecordDifference { get; init; } = PolicyAction.Warn;
}
