using System.Reflection;
using PyWharf.Application.Access;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Unit.Application.Repositories;

/// <summary>A storage is closed once, when nobody holds its repository any more.</summary>
public sealed class RepositoryHoldTests
{
    [Fact]
    public void What_nobody_holds_is_closed_at_once()
    {
        var (repository, closed) = Make();

        repository.Dispose();

        Assert.Equal(1, closed());
        Assert.False(repository.TryHold());
    }

    [Fact]
    public void What_somebody_holds_is_closed_when_the_last_one_lets_go()
    {
        var (repository, closed) = Make();
        Assert.True(repository.TryHold());
        Assert.True(repository.TryHold());

        repository.Dispose();
        Assert.True(repository.TryHold());
        repository.Release();
        repository.Release();
        Assert.Equal(0, closed());

        repository.Release();
        Assert.Equal(1, closed());
        Assert.False(repository.TryHold());
    }

    [Fact]
    public void It_is_never_closed_while_it_is_held_and_never_twice()
    {
        var (repository, closed) = Make();
        var whileHeld = 0;

        Parallel.For(0, 8, worker =>
        {
            for (var i = 0; i < 10_000 && repository.TryHold(); i++)
            {
                Interlocked.Add(ref whileHeld, closed());
                repository.Release();
                if (worker == 0 && i == 5_000)
                {
                    repository.Dispose();
                }
            }
        });

        Assert.Equal((0, 1), (whileHeld, closed()));
    }

    private static (Repository Repository, Func<int> Closed) Make()
    {
        Assert.True(RepositoryName.TryParse("local", out var name, out _));
        var backend = DispatchProxy.Create<IRepositoryBackend, Storage>();
        var storage = (Storage)(object)backend;

        return (new Repository(name, new RepositorySettings(1, TimeSpan.FromMinutes(1), PublishingPolicy.Default, [], AccessRules.Default, HoldsWriteSecret: false), backend), () => storage.Closed);
    }

    /// <summary>A storage that is asked for nothing but to close.</summary>
    public class Storage : DispatchProxy
    {
        private int _closed;

        internal int Closed => Volatile.Read(ref _closed);

        /// <inheritdoc/>
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            Assert.Equal(nameof(IDisposable.Dispose), targetMethod?.Name);
            Interlocked.Increment(ref _closed);

            return null;
        }
    }
}
