using Microsoft.Extensions.Time.Testing;
using PyWharf.Infrastructure.Storage;
using PyWharf.Unit.Infrastructure.GitHub;

namespace PyWharf.Unit.Infrastructure.Storage;

public sealed class StorageFaultsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly LogLines _log = new();

    [Fact]
    public void The_log_is_told_where_and_once_a_minute_for_each_place()
    {
        var faults = new StorageFaults(_time, _log);

        foreach (var name in (string[])["a", "b", "c"])
        {
            Assert.NotNull(faults.Explain(new IOException($"No space left on device : '/srv/one/{name}'", 28), "UploadPackage in team"));
        }

        Assert.NotNull(faults.Explain(new IOException("No space left on device : '/srv/two/a'", 28), "UploadPackage in team"));
        Assert.Null(faults.Explain(new InvalidOperationException("a bug"), "UploadPackage in team"));

        Assert.Collection(
            _log,
            line => Assert.Contains("UploadPackage in team failed, as the storage is in trouble: No space left on device : '/srv/one/a'", line, StringComparison.Ordinal),
            line => Assert.Contains("/srv/two/a", line, StringComparison.Ordinal));

        _time.Advance(TimeSpan.FromMinutes(1));
        faults.Explain(new IOException("No space left on device : '/srv/one/d'", 28), "UploadPackage in team");
        Assert.Equal(3, _log.Count);
    }
}
