namespace PyWharf.Infrastructure.Backends.S3.Objects;

/// <summary>What went wrong with a request to the storage.</summary>
internal enum S3ErrorKind
{
    /// <summary>There is no such object.</summary>
    NotFound,

    /// <summary>The condition of a write does not hold.</summary>
    PreconditionFailed,

    /// <summary>The storage can't do that: most lack conditional writes.</summary>
    NotImplemented,

    /// <summary>The storage refuses this configuration: keys, bucket, region, rights, or the clock of this machine.</summary>
    Misconfigured,

    /// <summary>It can't be reached, has no time, or is in trouble.</summary>
    Unavailable,
}
