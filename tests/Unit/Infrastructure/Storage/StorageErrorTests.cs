using Microsoft.Data.Sqlite;
using PyWharf.Domain;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Unit.Infrastructure.Storage;

public sealed class StorageErrorTests
{
    public static TheoryData<Exception, FailureKind, int?> Faults => new()
    {
        { new IOException("ENOSPC /srv/x", 28), FailureKind.OutOfSpace, null },
        { new IOException("EDQUOT /srv/x", 122), FailureKind.OutOfSpace, null },
        { new IOException("EFBIG /srv/x", 27), FailureKind.OutOfSpace, null },
        { new SqliteException("full", 13), FailureKind.OutOfSpace, null },
        { new SqliteException("no room for shared memory", 10, 4874), FailureKind.OutOfSpace, null },
        { new IOException("/srv/catalog.db", new SqliteException("full", 13)), FailureKind.OutOfSpace, null },
        { new SqliteException("busy", 5), FailureKind.Unavailable, 5 },
        { new SqliteException("locked", 6), FailureKind.Unavailable, 5 },
        { new IOException("EMFILE /srv/x", 24), FailureKind.Unavailable, 5 },
        { new IOException("ENFILE /srv/x", 23), FailureKind.Unavailable, 5 },
        { new SqliteException("I/O", 10), FailureKind.Unavailable, 30 },
        { new SqliteException("can't open", 14), FailureKind.Unavailable, 30 },
        { new SqliteException("read-only", 8), FailureKind.Unavailable, 30 },
        { new SqliteException("permission", 3), FailureKind.Unavailable, 30 },
        { new SqliteException("corrupt", 11), FailureKind.Unavailable, 30 },
        { new SqliteException("no database", 26), FailureKind.Unavailable, 30 },
        { new IOException("EIO /srv/x", 5), FailureKind.Unavailable, 30 },
        { new IOException("EROFS /srv/x", 30), FailureKind.Unavailable, 30 },
        { new DirectoryNotFoundException("/srv/x"), FailureKind.Unavailable, 30 },
        { new UnauthorizedAccessException("/srv/x"), FailureKind.Unavailable, 30 },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Trouble_of_a_disk_or_a_database_is_told_without_its_path(Exception exception, FailureKind kind, int? retryAfter)
    {
        var failure = StorageError.FailureOf(exception);

        Assert.Equal((kind, retryAfter), (failure?.Kind, (int?)failure?.RetryAfter?.TotalSeconds));
        Assert.DoesNotContain("/", failure?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bug_is_none()
    {
        Assert.Null(StorageError.FailureOf(new InvalidOperationException()));
        Assert.Null(StorageError.FailureOf(new OperationCanceledException()));
        Assert.Null(StorageError.FailureOf(new InvalidDataException()));
        Assert.Null(StorageError.FailureOf(new FileLoadException()));
    }
}
