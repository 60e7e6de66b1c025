using PyWharf.Domain;

namespace PyWharf.Application.Ports;

/// <summary>Tells trouble of this machine's disks and databases from bugs.</summary>
public interface IStorageFaults
{
    /// <summary>
    /// What a client is told of it, without a path: <see cref="FailureKind.OutOfSpace"/> for a full disk, else <see cref="FailureKind.Unavailable"/>
    /// with a time to try again. Null where it is no such trouble. The log is told what happened, and where.
    /// </summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="what">What failed, for the log, as the beginning of a sentence.</param>
    Failure? Explain(Exception exception, string what);
}
